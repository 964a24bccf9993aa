/** What a person may set about a dissector (`-o tcp.check_checksum:TRUE`). Declared once, valued per session. */

export class Preference {
  readonly index: number
  constructor(
    /** e.g. `tcp.check_checksum`. */
    readonly name: string,
    readonly fallback: boolean | number,
    /** One sentence for the docs. */
    readonly about: string,
  ) {
    this.index = allPreferences.length
    allPreferences.push(this)
  }
}
export const allPreferences: Preference[] = []

export const preference = (name: string, fallback: boolean | number, about: string): Preference =>
  new Preference(name, fallback, about)
