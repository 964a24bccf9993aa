/** Columns of numbers that grow. */
type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

/** A copy of `a` with room for `length` numbers: for twice as many unless said otherwise. */
export function widened<A extends Numbers>(a: A, length = a.length * 2): A {
  const wider = new (a.constructor as new (length: number) => A)(length)
  wider.set(a)
  return wider
}
