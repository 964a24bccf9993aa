#!/usr/bin/env node
/** The command: arguments in, exit code out. Temporary shape while the parts grow together. */
import { openCapture } from './capture/open.js'
import { Next } from './capture/source.js'
import { allFields } from './dissect/field.js'
import { Recording, wantEverything, wantFields } from './dissect/recording.js'
import { Registry } from './dissect/registry.js'
import { lineText, noNames } from './dissect/value.js'
import { NodeFlag } from './dissect/tape.js'
import { FieldPrinter } from './output/field-printer.js'
import { Engine } from './session/engine.js'
import { protocols } from '../dissectors/index.js'

const args = process.argv.slice(2)
const all = (flag: string): string[] => args.flatMap((a, i) => (args[i - 1] === flag ? [a] : []))
const registry = new Registry(protocols)
if (args[0] === '-G') {
  for (const p of protocols) console.log(`P\t${p.name}\t${p.id}`)
  for (const f of allFields) if (f.name !== '') console.log(`F\t${f.label}\t${f.name}`)
} else {
  const capture = await openCapture(all('-r')[0]!)
  const engine = new Engine(capture, registry)
  const names = all('-e')
  const printer = new FieldPrinter(names, { header: true, separator: '\t', aggregator: ',', quote: '', occurrence: 'a' }, allFields.length)
  const mode = args.includes('-V') ? 'V' : all('-T')[0] === 'fields' ? 'fields' : 'text'
  const d = new Recording(registry, mode === 'fields' ? wantFields(printer.wanted) : wantEverything(), mode === 'V' || names.includes('_ws.malformed'))
  let out = mode === 'fields' ? printer.header() : ''
  for (;;) {
    const next = engine.step()
    if (next === Next.End) break
    if (next === Next.More) {
      await capture.changed()
      continue
    }
    engine.again(d)
    if (mode === 'fields') out += printer.line(d)
    else if (mode === 'text') out += `${engine.index.length} ${d.protocolText()} ${d.infoText()}\n`
    else {
      const t = d.tape
      for (let i = 0; i < t.length; i++) {
        if (t.flags[i]! & NodeFlag.Hidden) continue
        out += `${'    '.repeat(t.depth[i]!)}${lineText(t, i, (n) => (n === 0 ? d.frameBytes : d.sources[n - 1]!.bytes), noNames)}\n`
      }
      out += '\n'
    }
  }
  process.stdout.write(out)
  const problem = capture.problem()
  if (problem) process.stderr.write(`${problem.message}\n`)
}
