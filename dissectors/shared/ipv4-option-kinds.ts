/** IPv4 option types and the names of their parts (IANA “IP Option Numbers”). */

export const Ipv4Option = {
  End: 0,
  NoOperation: 1,
  RecordRoute: 7,
  MtuProbe: 11,
  MtuReply: 12,
  QuickStart: 25,
  TimeStamp: 68,
  Traceroute: 82,
  Security: 130,
  LooseSourceRoute: 131,
  ExtendedSecurity: 133,
  Cipso: 134,
  StreamId: 136,
  StrictSourceRoute: 137,
  RouterAlert: 148,
  SelectiveBroadcast: 149,
} as const

/** By the two class bits. */
export const ipv4OptionClasses = {
  0: 'Control',
  1: 'Reserved for future use',
  2: 'Debugging and measurement',
  3: 'Reserved for future use',
} as const

/** By the five number bits. */
export const ipv4OptionNames = {
  0: 'End of Option List (EOL)',
  1: 'No-Operation (NOP)',
  2: 'Security',
  3: 'Loose source route',
  4: 'Time stamp',
  5: 'Extended security',
  6: 'Commercial IP security option',
  7: 'Record route',
  8: 'Stream identifier',
  9: 'Strict source route',
  10: 'Experimental Measurement',
  11: 'MTU probe',
  12: 'MTU Reply',
  13: 'Experimental Flow Control',
  14: 'Experimental Access Control',
  15: 'Ask Estrin',
  16: 'IMI Traffic Descriptor',
  17: 'Extended Internet Protocol',
  18: 'Traceroute',
  19: 'Address Extension',
  20: 'Router Alert',
  21: 'Selective Directed Broadcast',
  22: 'Unassigned',
  23: 'Dynamic Packet State',
  24: 'Upstream Multicast Packet',
  25: 'Quick-Start',
  30: 'RFC 3692-style experiment',
} as const
