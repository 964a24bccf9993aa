/** The body of a thread that runs the bundle named by its first argument. */
import { loadCode, quickFile } from './quick-code.js'

const [name = ''] = process.argv.slice(2)
const code = quickFile(name)
if (code === null) throw new Error(`there is no bundle of ${name}`)
loadCode(code).run()
