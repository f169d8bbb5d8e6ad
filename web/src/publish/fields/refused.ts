import { HostRefused } from '../../api/errors.ts';
import type { DraftErrors } from '../draft.ts';

/** The host's names of what the form asks for. */
const FIELDS: Readonly<Record<string, keyof DraftErrors>> = {
  video_name: 'name',
  metadata: 'description',
  price: 'price',
  unit: 'price',
  token: 'coin',
  creator_share: 'creatorShare',
  provider_share: 'creatorShare',
  preview_sec: 'previewSec',
  file: 'file',
  captions: 'captions',
};

/** What the host refuses of a form, at its field, in the host's words. */
export function refusedFields(error: unknown): DraftErrors {
  if (!(error instanceof HostRefused)) return {};
  const { field = '', detail } = error.problem;
  const name = FIELDS[field.replace(/^terms\./, '').replace(/\.\d+\..*$/, '')];
  return name ? { [name]: detail } : {};
}
