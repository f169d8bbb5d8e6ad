import { useChain } from '../../../chain.tsx';
import { isDevelopmentChain } from '../../../wallet/chains.ts';

/** Hosts on one machine differ by their environment alone: without it the command acts for another one. */
export function ExportLines() {
  const { chain_id } = useChain();
  if (!isDevelopmentChain(chain_id)) return null;
  return (
    <p className="small">
      Where two hosts share a machine, it takes the same <code>export</code> lines before it as the host that
      is to serve: without them it acts for the other one. At its end it says for which host and provider it
      has acted.
    </p>
  );
}
