import { useRef, useState } from 'react';
import { uploaded } from '../api/answers.ts';
import { upload } from '../api/upload.ts';
import { useChain } from '../chain.tsx';
import { type Action, useAction } from '../contract/action.ts';
import { CidDiffers, NoWallet } from '../contract/faults.ts';
import { useWallet } from '../wallet/wallet.ts';
import { computeCid } from './compute-cid.ts';
import type { Draft } from './draft.ts';
import { createMeter, type Progress } from './progress.ts';

/** A file on its way to the host, and its CID, which is computed here meanwhile. */
export interface Transfer {
  upload: Progress;
  hashedBytes: number;
  /** As computed here. */
  cid?: string;
  /** As the host says. */
  hostCid?: string;
}

export interface Publishing {
  action: Action;
  transfer: Transfer | undefined;
  cancel(): void;
}

export function usePublishing(file: File | undefined, draft: Draft): Publishing {
  const chain = useChain();
  const wallet = useWallet();
  const [transfer, setTransfer] = useState<Transfer>();
  const leaving = useRef(new AbortController());
  const note = (part: Partial<Transfer>) => setTransfer((last) => last && { ...last, ...part });

  const action = useAction({
    key: `publish:${wallet?.address ?? ''}`.toLowerCase(),
    chainId: chain.chain_id,
    perform: async (steps) => {
      if (!wallet || !file) throw new NoWallet('No wallet is connected.');
      steps.working();
      leaving.current = new AbortController();
      const { signal } = leaving.current;
      const meter = createMeter(file.size);
      setTransfer({ upload: meter(0, performance.now()), hashedBytes: 0 });
      const onProgress = (bytes: number) => note({ upload: meter(bytes, performance.now()) });
      const hashing = computeCid(file, (hashedBytes) => note({ hashedBytes }), signal);
      hashing.then(
        (cid) => note({ cid }),
        () => undefined,
      );
      const meta = termsOf(draft, wallet.address);
      const answer = await upload({ file, meta, onProgress, signal }, uploaded);
      note({ hostCid: answer.meta.cid });
      const cid = await hashing;
      if (cid !== answer.meta.cid) throw new CidDiffers(answer.meta.cid, cid);
      return answer.meta.tx_hash;
    },
  });
  return { action, transfer, cancel: () => leaving.current.abort() };
}

function termsOf({ name, price, creatorShare }: Draft, creator: string) {
  return {
    video_name: name.trim(),
    content_creator_wallet: creator,
    creator_share: creatorShare,
    provider_share: 100 - creatorShare,
    price: price.trim().replace(',', '.'),
  };
}
