import type { ReactNode } from 'react';
import type { Resource } from '../api/resource.ts';
import { useWallet } from '../wallet/wallet.ts';
import { Empty, ResourceView } from './states.tsx';

interface OwnListProps<T, Item> {
  title: string;
  connectHint: string;
  resource: Resource<T>;
  itemsOf: (answer: T) => readonly Item[];
  /** One item, with its key. */
  children: (item: Item) => ReactNode;
}

/** Lists what belongs to the wallet; without a wallet it asks for one. */
export function OwnList<T, Item>({ title, connectHint, resource, itemsOf, children }: OwnListProps<T, Item>) {
  const wallet = useWallet();
  const list = (items: readonly Item[]) =>
    items.length === 0 ? <Empty title="Nothing yet." /> : <ul className="stack-3">{items.map(children)}</ul>;
  return (
    <section className="stack-3">
      <h2>{title}</h2>
      {wallet ? (
        <ResourceView resource={resource}>{(answer) => list(itemsOf(answer))}</ResourceView>
      ) : (
        <Empty title={connectHint} />
      )}
    </section>
  );
}
