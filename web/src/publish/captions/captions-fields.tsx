import { useId } from 'react';
import { MAX_CAPTIONS } from '../../../../packager/captions/captions.ts';
import { Button } from '../../components/form/button.tsx';
import { Field } from '../../components/form/field.tsx';
import {
  type CaptionsErrors,
  type CaptionsFile,
  captionsErrors,
  inLanguage,
  labelOf,
} from './captions-files.ts';
import type { CaptionsFiles } from './use-captions-files.ts';

/** To choose among; any other can be written. */
const COMMON =
  'ar bn cs da de el en es fa fi fr he hi hu id it ja ko nl no pl pt ro ru sv th tr uk ur vi zh'.split(' ');

interface CaptionsFieldsProps {
  captions: CaptionsFiles;
  /** As the host refuses them. */
  error: string | undefined;
}

/** Captions beside a video: files, each in a language and with a label. */
export function CaptionsFields({ captions, error }: CaptionsFieldsProps) {
  const { files, add, put, remove } = captions;
  const id = useId();
  const errors = captionsErrors(files);
  const tooMany = files.length > MAX_CAPTIONS ? `A video has ${MAX_CAPTIONS} captions at most.` : undefined;
  return (
    <fieldset className="captions stack-3" aria-describedby={`${id}-hint`}>
      <legend>Captions</legend>
      <p id={`${id}-hint`} className="field-hint">
        Files in WebVTT (.vtt), one for each language. They are text that everybody can read, also where the
        video is sold.
      </p>
      {files.map((file, index) => (
        <CaptionsRow
          key={file.id}
          {...{ file, put, remove }}
          errors={errors[index] ?? {}}
          languages={`${id}-languages`}
        />
      ))}
      <AddCaptions add={add} />
      <datalist id={`${id}-languages`}>
        {COMMON.map((language) => (
          <option key={language} value={language} label={labelOf(language)} />
        ))}
      </datalist>
      {(tooMany ?? error) && <p className="field-error">{tooMany ?? error}</p>}
    </fieldset>
  );
}

interface CaptionsRowProps extends Pick<CaptionsFiles, 'put' | 'remove'> {
  file: CaptionsFile;
  errors: CaptionsErrors;
  /** Id of their list. */
  languages: string;
}

function CaptionsRow({ file, errors, languages, put, remove }: CaptionsRowProps) {
  const { name, fault, language, label } = file;
  return (
    <div className="caption stack-2">
      <p className="line">
        <strong className="wrap">{name}</strong>
        <Button look="quiet" aria-label={`Remove ${name}`} onClick={() => remove(file)}>
          Remove
        </Button>
      </p>
      {fault ? (
        <p className="field-error" role="alert">
          {fault}
        </p>
      ) : (
        <div className="row">
          <Field
            label="Language"
            value={language}
            list={languages}
            onChange={({ target }) => put(inLanguage(file, target.value))}
            {...said(language, errors.language, 'A language is a tag such as en, de or pt-BR.')}
          />
          <Field
            label="Label"
            value={label}
            onChange={({ target }) => put({ ...file, label: target.value })}
            {...said(label, errors.label, 'As viewers choose it.')}
          />
        </div>
      )}
    </div>
  );
}

/** What nobody has filled in yet is asked for, and no error. */
function said(value: string, error: string | undefined, hint: string) {
  return value === '' ? { hint } : { error };
}

function AddCaptions({ add }: Pick<CaptionsFiles, 'add'>) {
  const id = useId();
  return (
    <div>
      <input
        id={id}
        type="file"
        multiple
        accept=".vtt,text/vtt"
        className="out-of-sight"
        onChange={({ target }) => {
          const chosen = [...(target.files ?? [])];
          target.value = ''; // The same one can be chosen again, such as once it is mended.
          void add(chosen);
        }}
      />
      <label htmlFor={id} className="button button-quiet">
        Add captions
      </label>
    </div>
  );
}
