/** A number of 16 bits as four hexadecimal digits. */
export const hex4 = (value: number): string => value.toString(16).padStart(4, '0')
