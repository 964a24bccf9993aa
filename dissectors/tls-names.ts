/** What numbers of TLS mean, by RFC 8446, RFC 5246 and the registries of IANA. */

/** What numbers are called that are there to be ignored, RFC 8701. */
export const GREASE = 'Reserved (GREASE)'
export const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff)
const orGrease =
  (names: Readonly<Record<number, string>>) =>
  (value: number): string =>
    isGrease(value) ? GREASE : (names[value] ?? '')

/** Kinds of records, RFC 8446 section 5.1. */
export const contentTypes: Readonly<Record<number, string>> = {
  20: 'Change Cipher Spec',
  21: 'Alert',
  22: 'Handshake',
  23: 'Application Data',
  24: 'Heartbeat',
  25: 'Connection ID',
}

/** Versions of the protocol. */
const versions: Readonly<Record<number, string>> = {
  0x0002: 'SSL 2.0',
  0x0300: 'SSL 3.0',
  0x0301: 'TLS 1.0',
  0x0101: 'GMTLS',
  0x0302: 'TLS 1.1',
  0x0303: 'TLS 1.2',
  0x0304: 'TLS 1.3',
  0x7f0e: 'TLS 1.3 (draft 14)',
  0x7f0f: 'TLS 1.3 (draft 15)',
  0x7f10: 'TLS 1.3 (draft 16)',
  0x7f11: 'TLS 1.3 (draft 17)',
  0x7f12: 'TLS 1.3 (draft 18)',
  0x7f13: 'TLS 1.3 (draft 19)',
  0x7f14: 'TLS 1.3 (draft 20)',
  0x7f15: 'TLS 1.3 (draft 21)',
  0x7f16: 'TLS 1.3 (draft 22)',
  0x7f17: 'TLS 1.3 (draft 23)',
  0x7f18: 'TLS 1.3 (draft 24)',
  0x7f19: 'TLS 1.3 (draft 25)',
  0x7f1a: 'TLS 1.3 (draft 26)',
  0x7f1b: 'TLS 1.3 (draft 27)',
  0x7f1c: 'TLS 1.3 (draft 28)',
  0xfb17: 'TLS 1.3 (Facebook draft 23)',
  0xfb1a: 'TLS 1.3 (Facebook draft 26)',
  0x0100: 'DTLS 1.0 (OpenSSL pre 0.9.8f)',
  0xfeff: 'DTLS 1.0',
  0xfefd: 'DTLS 1.2',
}
export const versionName = orGrease(versions)

/** Kinds of handshake messages, RFC 8446 section 4. */
export const handshakeTypes: Readonly<Record<number, string>> = {
  0: 'Hello Request',
  1: 'Client Hello',
  2: 'Server Hello',
  3: 'Hello Verify Request',
  4: 'New Session Ticket',
  5: 'End of Early Data',
  6: 'Hello Retry Request',
  8: 'Encrypted Extensions',
  11: 'Certificate',
  12: 'Server Key Exchange',
  13: 'Certificate Request',
  14: 'Server Hello Done',
  15: 'Certificate Verify',
  16: 'Client Key Exchange',
  20: 'Finished',
  21: 'Client Certificate URL',
  22: 'Certificate Status',
  23: 'Supplemental Data',
  24: 'Key Update',
  25: 'Compressed Certificate',
  67: 'Encrypted Extensions',
}

/** RFC 8446 section 6. */
export const alertLevels: Readonly<Record<number, string>> = {
  1: 'Warning',
  2: 'Fatal',
}

/** What alerts say, RFC 8446 section 6. */
export const alertDescriptions: Readonly<Record<number, string>> = {
  0: 'Close Notify',
  1: 'End of Early Data',
  10: 'Unexpected Message',
  20: 'Bad Record MAC',
  21: 'Decryption Failed',
  22: 'Record Overflow',
  30: 'Decompression Failure',
  40: 'Handshake Failure',
  41: 'No Certificate',
  42: 'Bad Certificate',
  43: 'Unsupported Certificate',
  44: 'Certificate Revoked',
  45: 'Certificate Expired',
  46: 'Certificate Unknown',
  47: 'Illegal Parameter',
  48: 'Unknown CA',
  49: 'Access Denied',
  50: 'Decode Error',
  51: 'Decrypt Error',
  60: 'Export Restriction',
  70: 'Protocol Version',
  71: 'Insufficient Security',
  80: 'Internal Error',
  86: 'Inappropriate Fallback',
  90: 'User Canceled',
  100: 'No Renegotiation',
  109: 'Missing Extension',
  110: 'Unsupported Extension',
  111: 'Certificate Unobtainable',
  112: 'Unrecognized Name',
  113: 'Bad Certificate Status Response',
  114: 'Bad Certificate Hash Value',
  115: 'Unknown PSK Identity',
  116: 'Certificate Required',
  120: 'No application Protocol',
  121: 'ECH Required',
}

/** Extensions. */
const extensionNames: Readonly<Record<number, string>> = {
  0: 'server_name',
  1: 'max_fragment_length',
  2: 'client_certificate_url',
  3: 'trusted_ca_keys',
  4: 'truncated_hmac',
  5: 'status_request',
  6: 'user_mapping',
  7: 'client_authz',
  8: 'server_authz',
  9: 'cert_type',
  10: 'supported_groups',
  11: 'ec_point_formats',
  12: 'srp',
  13: 'signature_algorithms',
  14: 'use_srtp',
  15: 'heartbeat',
  16: 'application_layer_protocol_negotiation',
  17: 'status_request_v2',
  18: 'signed_certificate_timestamp',
  19: 'client_certificate_type',
  20: 'server_certificate_type',
  21: 'padding',
  22: 'encrypt_then_mac',
  23: 'extended_master_secret',
  24: 'token_binding',
  25: 'cached_info',
  27: 'compress_certificate',
  28: 'record_size_limit',
  34: 'delegated_credentials',
  35: 'session_ticket',
  40: 'Reserved (key_share)',
  41: 'pre_shared_key',
  42: 'early_data',
  43: 'supported_versions',
  44: 'cookie',
  45: 'psk_key_exchange_modes',
  46: 'Reserved (ticket_early_data_info)',
  47: 'certificate_authorities',
  48: 'oid_filters',
  49: 'post_handshake_auth',
  50: 'signature_algorithms_cert',
  51: 'key_share',
  52: 'transparency_info',
  53: 'connection_id (deprecated)',
  54: 'connection_id',
  55: 'external_id_hash',
  56: 'external_session_id',
  57: 'quic_transport_parameters',
  58: 'ticket_request',
  59: 'dnssec_chain',
  13172: 'next_protocol_negotiation',
  17513: 'application_settings',
  30031: 'channel_id_old',
  30032: 'channel_id',
  65281: 'renegotiation_info',
  65445: 'quic_transport_parameters (drafts version)',
  65486: 'encrypted_server_name',
}
export const extensionName = orGrease(extensionNames)

/** RFC 8422 section 5.1.2. */
export const pointFormats: Readonly<Record<number, string>> = {
  0: 'uncompressed',
  1: 'ansiX962_compressed_prime',
  2: 'ansiX962_compressed_char2',
}

/** RFC 8446 section 4.2.9. */
export const keyExchangeModes: Readonly<Record<number, string>> = {
  0: 'PSK-only key establishment (psk_ke)',
  1: 'PSK with (EC)DHE key establishment (psk_dhe_ke)',
}

/** RFC 6066 section 4. */
export const fragmentLengths: Readonly<Record<number, string>> = {
  1: '512',
  2: '1024',
  3: '2048',
  4: '4096',
}

/** RFC 8422 section 5.4. */
export const curveTypes: Readonly<Record<number, string>> = {
  1: 'explicit_prime',
  2: 'explicit_char2',
  3: 'named_curve',
}

/** RFC 6066 section 8, RFC 6961. */
export const statusTypes: Readonly<Record<number, string>> = {
  1: 'OCSP',
  2: 'OCSP Multi',
}

/** RFC 5246 section 7.4.4. */
export const clientCertificateTypes: Readonly<Record<number, string>> = {
  1: 'RSA Sign',
  2: 'DSS Sign',
  3: 'RSA Fixed DH',
  4: 'DSS Fixed DH',
  21: 'GOST R 34.10-94',
  22: 'GOST R 34.10-2001',
  64: 'ECDSA Sign',
  65: 'RSA Fixed ECDH',
  66: 'ECDSA Fixed ECDH',
  80: 'IBC Params',
}

/** RFC 7250. */
export const certificateTypes: Readonly<Record<number, string>> = {
  0: 'X.509',
  1: 'OpenPGP',
  2: 'Raw Public Key',
}

/** RFC 3749. */
export const compressionMethods: Readonly<Record<number, string>> = {
  0: 'null',
  1: 'DEFLATE',
  64: 'LZS',
}

/** RFC 8879. */
export const certificateCompression: Readonly<Record<number, string>> = {
  1: 'zlib',
  2: 'brotli',
  3: 'zstd',
}

/** RFC 6520. */
export const heartbeatTypes: Readonly<Record<number, string>> = { 1: 'Request', 2: 'Response' }
export const heartbeatModes: Readonly<Record<number, string>> = {
  1: 'Peer allowed to send requests',
  2: 'Peer not allowed to send requests',
}

/** RFC 8446 section 4.6.3. */
export const keyUpdates: Readonly<Record<number, string>> = { 0: 'update_not_requested', 1: 'update_requested' }

/** RFC 6066 section 3. */
export const serverNameTypes: Readonly<Record<number, string>> = { 0: 'host_name' }

/** What the Protocol column shows, by version. */
export const shortVersions: Readonly<Record<number, string>> = {
  0x0002: 'SSLv2',
  0x0101: 'GMTLSv1',
  0x0300: 'SSLv3',
  0x0301: 'TLSv1',
  0x0302: 'TLSv1.1',
  0x0303: 'TLSv1.2',
  0x0304: 'TLSv1.3',
}
