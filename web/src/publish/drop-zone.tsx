import { type DragEvent, useId, useState } from 'react';
import { Icon } from '../components/icon.tsx';
import { sizeText } from './progress.ts';

interface DropZoneProps {
  file: File | undefined;
  onFile: (file: File) => void;
  disabled: boolean;
}

/** Takes one file, dropped or chosen. */
export function DropZone({ file, onFile, disabled }: DropZoneProps) {
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped && !disabled) onFile(dropped);
  };
  const hover = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <fieldset
      className={`drop stack-2 ${over ? 'drop-over' : ''}`}
      aria-label="The video file"
      onDragOver={hover}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="publish" />
      <input
        id={id}
        type="file"
        accept="video/*,audio/*"
        className="out-of-sight"
        disabled={disabled}
        onChange={({ target }) => target.files?.[0] && onFile(target.files[0])}
      />
      {file ? (
        <p>
          <strong className="wrap">{file.name}</strong> <span className="soft">{sizeText(file.size)}</span>
          <br />
          <label htmlFor={id}>Choose another file</label>
        </p>
      ) : (
        <p>
          <strong>Drop a video here</strong>
          <br />
          or <label htmlFor={id}>choose a file</label>
        </p>
      )}
    </fieldset>
  );
}
