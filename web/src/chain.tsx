import { createContext, useContext } from 'react';
import type { ChainFacts } from './api/answers.ts';

const ChainContext = createContext<ChainFacts | null>(null);

export const ChainProvider = ChainContext.Provider;

/** Which chain and contract the host follows; the views are shown only once that is known. */
export function useChain(): ChainFacts {
  const chain = useContext(ChainContext);
  if (chain === null) throw new Error('useChain is for what stands inside ChainProvider');
  return chain;
}
