/** A terminal without colours that nobody looks at, for screens in tests. */
import { createTheme } from '../../src/ui/theme.js'

const nothing = (): void => undefined

export const quietHost = {
  theme: createTheme('none'),
  program: 'framewise 0.1',
  changed: nothing,
  quit: nothing,
  suspend: nothing,
  redraw: nothing,
}
