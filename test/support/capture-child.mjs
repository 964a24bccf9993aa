/**
 * A process that reads the capture on its standard input and prints a line for every packet as it comes. Arguments: the
 * folder of the compiled program, and `worker` to read in a worker thread that is stopped after the first packet.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const folder = isMainThread ? process.argv[2] : workerData
if (isMainThread && process.argv[3] === 'worker') {
  const worker = new Worker(new URL(import.meta.url), { workerData: folder })
  worker.once('message', (line) => {
    process.stdout.write(line)
    void worker.terminate().then(() => process.exit(0))
  })
} else {
  const { openCapture } = await import(`${folder}/open.js`)
  const { newRecord, Next } = await import(`${folder}/source.js`)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  const print = (line) => (isMainThread ? process.stdout.write(line) : parentPort.postMessage(line))
  try {
    const capture = await openCapture('-')
    const record = newRecord()
    for (let number = 1; ; ) {
      const outcome = capture.reader.next(record)
      if (outcome === Next.End) break
      if (outcome === Next.More) await capture.changed()
      else print(`packet ${number++} of ${record.captured}\n`)
    }
    print(`end ${capture.problem()?.message ?? ''}\n`)
    capture.close()
  } catch (error) {
    print(`${error.name}: ${error.message}\n`)
  }
}
