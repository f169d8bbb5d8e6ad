import type { ListedContent, Stream } from '../../api/answers.ts';
import { CopiedText } from '../../components/copied-text.tsx';
import { Notice } from '../../components/notice.tsx';
import { provideCommand, sellersOf, whichOf } from '../watch/serve/command.ts';
import { ExportLines } from '../watch/serve/export-lines.tsx';

interface Props {
  content: ListedContent;
  streams: readonly Stream[];
  isProtected: boolean;
  /** The wallet acts for this host. */
  isOperator: boolean;
}

/** The command by which a host serves it: of a protected video an address alone sells nothing, and that is said before one types it. */
export function WhatItTakes({ content, streams, isProtected, isOperator }: Props) {
  const [from] = sellersOf(streams, content);
  const title = isOperator
    ? 'Your host can fetch and serve this video itself.'
    : 'Serving this video takes a host of your own.';
  return (
    <Notice tone={isOperator ? 'plain' : 'warm'} title={title}>
      <p>
        {isProtected && 'It is protected, and who serves it sells its keys. '}
        Run this on your host’s machine, in its folder:
      </p>
      <CopiedText text={provideCommand(content.cid, from, whichOf(content, content.listings))} />
      <ExportLines />
      <p>
        {isProtected
          ? 'It fetches the video, asks its creator for the keys, and registers your stream once they are granted.'
          : 'It fetches the file, holds it against the CID, and registers your stream.'}{' '}
        Nothing is to be filled in here then.
      </p>
    </Notice>
  );
}
