import { useState } from 'react';
import type { Action } from '../../contract/action.ts';
import { type Draft, type DraftErrors, draftErrors } from '../draft.ts';
import { refusedFields } from './refused.ts';

/**
 * What is wrong of each field: as far as the page sees, and as the host has refused it, until that is changed.
 * @returns the action, too, by which the form is sent.
 */
export function useFormErrors<Form extends Draft>(draft: Form, action: Action) {
  const [sent, setSent] = useState<Form>();
  const own = draftErrors(draft);
  const { state } = action;
  const refused = state.step === 'failed' && sent ? refusedFields(state.error) : {};
  const isAsSent = (name: string) =>
    JSON.stringify(draft[name as keyof Form]) === JSON.stringify(sent?.[name as keyof Form]);
  const standing = Object.entries(refused).filter(([name]) => isAsSent(name));
  const errors: DraftErrors = { ...Object.fromEntries(standing), ...own };
  const start = () => {
    setSent(draft);
    action.start();
  };
  return { errors, canSend: Object.keys(own).length === 0, action: { ...action, start } };
}
