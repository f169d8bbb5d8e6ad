import { useId } from 'react';
import { chosenCaptions } from './chosen.ts';
import type { Captions } from './use-captions.ts';

const OFF = '';

/** Which captions are shown; where the video has some. What is chosen is remembered. */
export function CaptionsChoice({ captions: { tracks, shown } }: { captions: Captions }) {
  const id = useId();
  if (tracks.length === 0) return null;
  const pick = (language: string) => {
    const last = chosenCaptions.get();
    chosenCaptions.set(language === OFF ? { ...last, isOn: false } : { isOn: true, language });
  };
  return (
    <span className="tool line">
      <label htmlFor={id}>Captions</label>
      <span className="input">
        <select id={id} value={shown?.language ?? OFF} onChange={({ target }) => pick(target.value)}>
          <option value={OFF}>Off</option>
          {tracks.map(({ language, label }) => (
            <option key={language} value={language} lang={language}>
              {label}
            </option>
          ))}
        </select>
      </span>
    </span>
  );
}
