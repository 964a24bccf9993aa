/** Where a DHCP client is: options 99 (RFC 4776) and 123 (RFC 3825, and CableLabs' other use of it). */
import { type Dissection, double, error, fields, uint8 } from '../src/dissect/index.js'
import { words } from './dhcp-plain-options.js'

const addressTypes: Readonly<Record<number, string>> = {
  0: 'Language',
  1: 'A1',
  2: 'A2',
  3: 'A3',
  4: 'A4',
  5: 'A5',
  6: 'A6',
  16: 'PRD (Leading street direction)',
  17: 'POD (Trailing street suffix)',
  18: 'STS (Street suffix)',
  19: 'HNO (House number)',
  20: 'HNS (House number suffix)',
  21: 'LMK (Landmark or vanity address)',
  22: 'LOC (Additional location information)',
  23: 'NAM',
  24: 'PC (Postal/ZIP code)',
  25: 'BLD (Building)',
  26: 'UNIT',
  27: 'FLR (Floor)',
  28: 'ROOM',
  29: 'PLC (Place-type)',
  30: 'PCN (Postal community name)',
  31: 'POBOX',
  32: 'ADDCODE (Additional Code)',
  33: 'SEAT',
  34: 'RD (Primary road or street)',
  35: 'RDSEC (Road section)',
  36: 'RDBR (Road branch)',
  37: 'RDSUBBR (Road sub-branch)',
  38: 'PRM (Road pre-modifier)',
  39: 'POM (Road post-modifier',
  128: 'Script',
}
const subjects = [
  'Location of the DHCP server',
  'Location of the network element believed to be closest to the client',
  'Location of the client',
]
const coordinateErrors = {
  1: 'Latitude is out of range [-90,90]',
  2: 'Latitude Uncertainty is out of range [0,90]',
  3: 'Longitude is out of range [-180,180]',
  4: 'Longitude Uncertainty is out of range [0,180]',
  5: 'Altitude is out of range [-(2^21),(2^21)-1]',
  6: 'Altitude Uncertainty is out of range [0,2^20]',
  7: 'Altitude Type is out of range [0,2]',
  8: 'Datum is out of range [1,3]',
}

const f = fields(
  'dhcp.option',
  {
    civic_location: {
      what: uint8('What', { names: { ...subjects } }),
      country: words('Country'),
      ca_type: uint8('CA Type', { names: addressTypes }),
      ca_length: uint8('CA Length'),
      ca_value: words('CA Value'),
      bad_cattype: error('Error with CAType', 'Protocol'),
    },
    rfc3825: {
      error: uint8('Error', { names: coordinateErrors }),
      latitude: double('Latitude'),
      longitude: double('Longitude'),
      latitude_res: double('Latitude resolution'),
      longitude_res: double('Longitude resolution'),
      altitude: double('Altitude'),
      altitude_res: double('Altitude resolution'),
      altitude_type: uint8('Altitude type', { names: { 1: 'Meters', 2: 'Floors' } }),
    },
  },
  'dhcp',
)
const datum = fields(
  'dhcp.option.cl_dss_id',
  { option: uint8('Map Datum', { names: { 1: 'WGS 84', 2: 'NAD83 (NAVD88)', 3: 'NAD83 (MLLW)' } }) },
  'dhcp',
)
const cableLabs = fields(
  'dhcp.option.cl_dss_id',
  {
    self: words('Country'),
    option: uint8('DSS_ID Type', { names: { 1: 'Primary DSS_ID', 2: 'Secondary DSS_ID' } }),
    len: uint8('DSS_ID Length'),
  },
  'dhcp',
)
const COORDINATES_SIZE = 16

/** Option 99, of `length` bytes. */
export function takeCivicLocation(d: Dissection, length: number): void {
  if (length < 3) return
  const end = d.pos + length
  d.u8(f.civic_location.what)
  d.take(f.civic_location.country, 2)
  while (end - d.pos >= 2) {
    d.u8(f.civic_location.ca_type)
    const size = d.u8(f.civic_location.ca_length)
    if (d.pos + size > end) return d.note(f.civic_location.bad_cattype)
    if (size > 0) d.take(f.civic_location.ca_value, size)
  }
}

/** Option 123, of `length` bytes. */
export function takeCoordinates(d: Dissection, length: number): void {
  if (length !== COORDINATES_SIZE) return takeIdentifiers(d, length)
  const at = d.pos
  d.skip(length)
  const found = coordinates(d.bytes, at)
  if (found.fault !== 0) return d.at(f.rfc3825.error, at, at + 1, found.fault)
  const show = (field: (typeof f.rfc3825)['latitude'], from: number, to: number, value: number): void => {
    d.at(field, at + from, at + to, value)
    if (d.showing) d.caption(`${field.label}: ${value.toFixed(10).padStart(15)}`)
  }
  show(f.rfc3825.latitude, 0, 5, found.latitude)
  show(f.rfc3825.longitude, 5, 10, found.longitude)
  show(f.rfc3825.latitude_res, 0, 1, found.latitudeSpan)
  show(f.rfc3825.longitude_res, 5, 6, found.longitudeSpan)
  show(f.rfc3825.altitude, 12, 15, found.altitude)
  show(f.rfc3825.altitude_res, 10, 12, found.altitudeSpan)
  d.at(f.rfc3825.altitude_type, at + 10, at + 11, found.altitudeType)
  d.at(datum.option, at + 15, at + 16, found.datum)
}

function takeIdentifiers(d: Dissection, length: number): void {
  const end = d.pos + length
  do {
    d.u8(cableLabs.option)
    d.take(cableLabs.self, d.u8(cableLabs.len))
  } while (d.pos < end)
}

/** Numbers are fixed points in two's complement, each behind six bits that say how many of its bits count. */
function coordinates(b: Uint8Array, at: number) {
  const latitudeBits = b[at]! >>> 2
  const latitude = fixedPoint(b, at)
  const longitudeBits = b[at + 5]! >>> 2
  const longitude = fixedPoint(b, at + 5)
  const altitudeType = b[at + 10]! >>> 4
  const altitudeBits = ((b[at + 10]! & 0x0f) << 2) | (b[at + 11]! >>> 6)
  const raw = ((b[at + 11]! & 0x3f) << 24) | (b[at + 12]! << 16) | (b[at + 13]! << 8) | b[at + 14]!
  const altitude = ((raw << 2) >> 2) / 256
  const last = b[at + 15]!
  const latitudeSpan = 2 ** (8 - latitudeBits)
  const longitudeSpan = 2 ** (8 - longitudeBits)
  const altitudeSpan = altitudeType === 1 ? 2 ** (21 - altitudeBits) : 0
  const wrong = [
    Math.abs(latitude) > 90,
    latitudeBits > COUNTING_BITS,
    Math.abs(longitude) > 180,
    longitudeBits > COUNTING_BITS,
    false,
    altitudeType === 1 && altitudeBits > 30,
    altitudeType > 2,
    last < 1 || last > 3,
  ]
  const fault = wrong.indexOf(true) + 1
  return { fault, latitude, longitude, latitudeSpan, longitudeSpan, altitude, altitudeSpan, altitudeType, datum: last }
}
const COUNTING_BITS = 34

/** 34 bits, 25 of them behind the point. */
function fixedPoint(b: Uint8Array, at: number): number {
  const high = ((b[at]! & 3) << 8) | b[at + 1]!
  const low = ((b[at + 2]! << 16) | (b[at + 3]! << 8) | b[at + 4]!) >>> 0
  return (((high << 22) >> 22) * 2 ** 24 + low) / 2 ** 25
}
