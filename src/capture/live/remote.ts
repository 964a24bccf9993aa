/** `ssh://user@host:port/eth0`: an interface of another machine, captured by the tcpdump there. */

export interface RemoteHost {
  /** '' for the name that ssh goes by. */
  readonly user: string
  readonly host: string
  /** 0 for the one that ssh goes by. */
  readonly port: number
  /** The interface there. */
  readonly device: string
}

/** Whether `-i` names an interface of another machine. */
export const isRemote = (name: string): boolean => /^ssh:\/\//i.test(name)

/** Takes such a name apart; null when a part is missing, or could be taken for an option by ssh. */
export function remoteOf(name: string): RemoteHost | null {
  const parts = /^ssh:\/\/(?:([\w.-]+)@)?(\[[0-9a-f:.%]+\]|[\w.-]+)(?::(\d{1,5}))?\/([\w.:@-]+)$/i.exec(name)
  const [, user = '', host = '', port = '0', device = ''] = parts ?? []
  const sound = parts !== null && ![user, host, device].some((part) => part.startsWith('-')) && Number(port) < 65_536
  return sound ? { user, host: host.replace(/^\[|\]$/g, ''), port: Number(port), device } : null
}
