/** Every protocol this program knows. To add one: write its file, add its line. */
import type { Protocol } from '../src/dissect/index.js'
import { data } from './data.js'
import { frame } from './frame.js'
import { tcp } from './tcp.js'
import { udp } from './udp.js'

export const protocols: readonly Protocol[] = [frame, data, tcp, udp]
