import type { Content } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { CopiedText } from '../../components/copied-text.tsx';
import { Notice } from '../../components/notice.tsx';
import { provideCommand, sellersOf } from '../watch/serve/command.ts';

/** An address alone sells nothing of a protected video: said before one types it. */
export function WhatItTakes({ content }: { content: Content }) {
  const { data } = useResource(host.streamsOf(content.cid));
  const [from] = sellersOf(data?.streams ?? [], content);
  return (
    <Notice tone="warm" title="Serving this video takes a host of your own.">
      <p>
        It is protected, and who serves it sells its keys. Run this on your host’s machine, in its folder:
      </p>
      <CopiedText text={provideCommand(content.cid, from, content)} />
      <p>
        It asks the creator for the keys, fetches the video once they are granted, and registers your stream.
        Nothing is to be filled in here then.
      </p>
    </Notice>
  );
}
