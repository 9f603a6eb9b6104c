import { isRecord } from '@k4e/core';
import { acceptByMark } from './declared-port-mark.ts';
import type { ForeignChain } from './foreign-chains.ts';

/** The command with which the owner of a chain lets declared ports pass, in the words of the tool that made the chain. */
export function remedyFor(chain: ForeignChain, hook: 'input' | 'forward', mark: number): string {
  if (chain.table === 'firewalld') return firewalldRemedy(hook);
  if (isMadeByIptables(chain)) {
    const tool = chain.family === 'ip6' ? 'ip6tables' : 'iptables';
    const hex = `0x${mark.toString(16)}`;
    return `${tool} -I ${chain.name} -m connmark --mark ${hex}/${hex} -j ACCEPT`;
  }
  return `nft insert rule ${chain.family} ${chain.table} ${chain.name} ${acceptByMark(mark)}`;
}

/** firewalld throws away rules that others put into its table, and accepts what is translated to pods by itself. */
function firewalldRemedy(hook: 'input' | 'forward'): string {
  const port = '--add-port=PORT/PROTOCOL';
  return hook === 'input' ? `firewall-cmd ${port}` : 'firewall-cmd --zone=trusted --add-interface=INTERFACE';
}

/** iptables takes offence at rules in its tables that it could not have written. */
function isMadeByIptables({ family, table, name, rules }: ForeignChain): boolean {
  if (family !== 'ip' && family !== 'ip6') return false;
  const standsWhereIptablesPutsIt = table === 'filter' && (name === 'INPUT' || name === 'FORWARD');
  return standsWhereIptablesPutsIt || rules.flat().some((statement) => isRecord(statement) && 'xt' in statement);
}
