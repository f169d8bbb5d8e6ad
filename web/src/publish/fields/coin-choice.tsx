import { useEffect, useState } from 'react';
import { useChain } from '../../chain.tsx';
import { Field } from '../../components/form/field.tsx';
import { RadioRow } from '../../components/form/radio-row.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { coinAt, type DraftCoin, nameOf, verifiedCoins } from './coin.ts';

interface CoinChoiceProps {
  coin: DraftCoin;
  onChoose: (coin: DraftCoin) => void;
  error: string | undefined;
}

const OTHER = 'other';

/** The native coin, a token that the host vouches for, or any other by its address. */
export function CoinChoice({ coin, onChoose, error }: CoinChoiceProps) {
  const chain = useChain();
  const known = verifiedCoins(chain);
  const [isOther, setOther] = useState(!coin.isVerified);
  const options = known.map(({ token, symbol }, index) => {
    return [token, symbol, index === 0 ? 'the chain’s own coin' : 'this host vouches for it'] as const;
  });
  const choose = (token: string) => {
    setOther(token === OTHER);
    const chosen = known.find((each) => each.token === token);
    if (chosen) onChoose(chosen);
  };
  return (
    <div className="stack-3">
      <RadioRow
        legend="The coin of the price"
        options={[...options, [OTHER, 'Another coin', 'by its address']]}
        chosen={isOther ? OTHER : coin.token}
        onChoose={choose}
      />
      {isOther && <OtherCoin coin={coin} onChoose={onChoose} />}
      {error && <p className="field-error">{error}</p>}
    </div>
  );
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** An ERC-20 token by its address, once the chain has said how its amounts are written. */
function OtherCoin({ coin, onChoose }: Omit<CoinChoiceProps, 'error'>) {
  const [typed, setTyped] = useState(coin.isVerified ? '' : coin.token);
  const token = typed.trim();
  const isAddress = ADDRESS.test(token);
  const isTaken = isAddress && coin.token.toLowerCase() === token.toLowerCase();
  const problem = useLookUp(isAddress && !isTaken ? token : undefined, onChoose);
  const error = token !== '' && !isAddress ? 'An address is 0x and 40 letters and digits.' : problem;
  return (
    <Field
      label="Address of the coin"
      value={typed}
      placeholder="0x…"
      autoComplete="off"
      spellCheck={false}
      onChange={({ target }) => setTyped(target.value)}
      error={error}
      hint={
        isTaken
          ? `The price is in ${nameOf(coin)}.`
          : 'A token (ERC-20) of this chain. Viewers see that nobody vouches for it.'
      }
    />
  );
}

const AWAY = 'The coin can’t be looked up: ';

/** @returns why it is not found, or not looked for. */
function useLookUp(token: string | undefined, onFound: (coin: DraftCoin) => void): string | undefined {
  const chain = useChain();
  const wallet = useWallet();
  const [failed, setFailed] = useState<{ token: string; why: string }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each address and wallet
  useEffect(() => {
    if (token === undefined || wallet === null) return;
    let isLeft = false;
    const ignoring = (work: () => void) => () => isLeft || work();
    const fail = (why: string) => ignoring(() => setFailed({ token, why }))();
    coinAt(token, wallet, chain).then(
      (coin) => (coin ? ignoring(() => onFound(coin))() : fail(`${AWAY}your wallet is on another network.`)),
      () => fail('There is no coin at this address, or the chain does not answer.'),
    );
    return () => {
      isLeft = true;
    };
  }, [token, wallet?.address, wallet?.chainId]);
  if (token === undefined) return undefined;
  if (!wallet) return `${AWAY}connect a wallet first.`;
  return failed?.token === token ? failed.why : undefined;
}
