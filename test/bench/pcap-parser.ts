/** The npm package `pcap-parser`, as a second reader of classic pcap. */
import pcapParser from 'pcap-parser'

/** How many records it finds in the file. */
export function countWithPcapParser(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0
    const parser = pcapParser.parse(file)
    parser.on('packet', () => count++)
    parser.on('error', reject)
    parser.on('end', () => resolve(count))
  })
}
