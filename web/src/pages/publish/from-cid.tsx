import { useState } from 'react';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useChain } from '../../chain.tsx';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Field } from '../../components/form/field.tsx';
import { SendModeChoice } from '../../components/form/send-mode-choice.tsx';
import { useSendMode } from '../../contract/send-mode.ts';
import { useSignableWrite } from '../../contract/use-write.ts';
import { endDraft, useDraft } from '../../publish/draft.ts';
import { TermsFields } from '../../publish/fields/terms-fields.tsx';
import { useFormErrors } from '../../publish/fields/use-errors.ts';
import { ServeChoice } from '../../publish/serve-choice.tsx';
import { publishing } from '../../publish/terms.ts';

import { usePlace } from '../../router.tsx';
import { PUBLISH_LABELS } from './labels.ts';
import { WhatNext } from './what-next.tsx';

/** The look of CIDs and EthStorage addresses; host and contract check them. */
const LOOKS_RIGHT = /^(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,}|[zkf][0-9a-zA-Z]{40,}|0x[0-9a-fA-F]{40})$/;

/** A file that is on IPFS already: only its terms go on chain. */
export function FromCid() {
  const chain = useChain();
  const sendMode = useSendMode();
  const { query } = usePlace();
  const [typed, setTyped] = useState(query.get('cid') ?? '');
  const [begun, change] = useDraft(chain);
  const [serve, setServe] = useState(false);
  const asked = sendMode === 'signature' && serve;
  const cid = typed.trim();
  const valid = LOOKS_RIGHT.test(cid);
  // Minutes of it can be sold where this host knows it as a protected video.
  const listed = useResource(valid ? host.listings(cid) : null);
  const protect = listed.data?.contents.some(({ media }) => media?.form === 'protected') ?? false;
  const draft = { ...begun, protect };
  const { errors, canSend, action } = useFormErrors(
    draft,
    useSignableWrite({
      what: `publish:${cid}`,
      ...publishing({ ...draft, serve: asked }, cid, chain),
      onDone: () => endDraft(draft),
    }),
  );
  return (
    <>
      <Field
        label="CID"
        value={typed}
        placeholder="bafy…"
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => setTyped(target.value)}
        error={cid !== '' && !valid ? 'This is not the CID of a file.' : undefined}
        hint="As ipfs add --cid-version=1 prints it. Whoever serves the file needs it from you, or from IPFS."
      />
      <TermsFields
        draft={draft}
        change={change}
        errors={errors}
        showErrors={cid !== '' && action.state.step !== 'done'}
      />
      <SendModeChoice />
      {sendMode === 'signature' && (
        <ServeChoice serve={serve} onChange={setServe} hint="If it keeps the file." />
      )}
      <ActionButton action={action} labels={PUBLISH_LABELS} disabled={!valid || !canSend}>
        Publish
      </ActionButton>
      {action.state.step === 'done' && <WhatNext cid={cid} asked={asked} />}
    </>
  );
}
