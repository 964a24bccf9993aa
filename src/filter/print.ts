/**
 * A filter's tree as text, in one spelling: what means the same prints the same, and parsing the text gives the same
 * tree again. Results are kept under these texts.
 */
import type { ArithmeticOp, Expression, Operand, Piece } from './syntax.js'

const symbols = { and: '&&', or: '||', xor: '^^' } as const
const strengths: Readonly<Record<Expression['kind'], number>> = {
  or: 1,
  xor: 2,
  and: 3,
  not: 4,
  compare: 5,
  in: 5,
  test: 5,
}
const arithmeticStrengths: Readonly<Record<ArithmeticOp, number>> = { '&': 1, '+': 2, '-': 2, '*': 3, '/': 3, '%': 3 }

export function print(e: Expression): string {
  switch (e.kind) {
    case 'and':
    case 'or':
    case 'xor':
      return e.parts.map((part) => enclosed(part, strengths[e.kind] + 1)).join(` ${symbols[e.kind]} `)
    case 'not':
      return `!${e.of.kind === 'not' ? print(e.of) : `(${print(e.of)})`}`
    case 'compare':
      return `${quantified(e.quantifier)}${printOperand(e.left)} ${e.op} ${printOperand(e.right)}`
    case 'in': {
      const items = e.items.map(
        (item) => printOperand(item.low) + (item.high === null ? '' : ` .. ${printOperand(item.high)}`),
      )
      return `${quantified(e.quantifier)}${printOperand(e.of)} ${e.negated ? 'not in' : 'in'} {${items.join(', ')}}`
    }
    case 'test':
      return printOperand(e.of)
  }
}

const quantified = (quantifier: string): string => (quantifier === '' ? '' : `${quantifier} `)
const enclosed = (e: Expression, least: number): string => (strengths[e.kind] < least ? `(${print(e)})` : print(e))

/** An operand; in braces where it binds less than `least`. */
export function printOperand(o: Operand, least = 0): string {
  switch (o.kind) {
    case 'word':
      return `${o.as === 'field' ? '.' : o.as === 'literal' ? ':' : ''}${o.text}`
    case 'string':
      return `${o.raw ? 'r' : ''}"${o.text}"`
    case 'char':
      return `'${o.text}'`
    case 'layer':
      return `${printOperand(o.of, 9)}#[${o.pieces.map(pieceText).join(',')}]`
    case 'raw':
      return `@${bare(o.of)}`
    case 'reference':
      return `$\{${bare(o.of)}}`
    case 'slice':
      return `${printOperand(o.of, 9)}[${o.pieces.map(pieceText).join(',')}]`
    case 'call':
      return `${o.name}(${o.args.map((arg) => printOperand(arg)).join(', ')})`
    case 'arithmetic': {
      const own = arithmeticStrengths[o.op]
      const text = `${printOperand(o.left, own)} ${o.op} ${printOperand(o.right, own + 1)}`
      return own < least ? `{${text}}` : text
    }
    case 'negative': {
      const text = `-${printOperand(o.of, 4)}`
      return least > 4 ? `{${text}}` : text
    }
  }
}

/** After `@` and inside braces a word is a field anyway. */
const bare = (o: Operand): string =>
  o.kind === 'layer' ? `${bare(o.of)}#[${o.pieces.map(pieceText).join(',')}]` : printOperand(o).replace(/^\./, '')

function pieceText(p: Piece): string {
  if (p.to !== undefined) return `${p.from}-${p.to}`
  return p.size < 0 ? `${p.from}:` : p.size === 1 ? `${p.from}` : `${p.from}:${p.size}`
}
