/** The screens, for whoever puts them on a terminal. */

export { runScreens } from './app.js'
export { Browser } from './browser.js'
export { applyKeys } from './rebind.js'
export { StartScreen } from './start-screen.js'
