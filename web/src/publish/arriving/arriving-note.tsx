import { Button } from '../../components/form/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { sizeText } from '../progress.ts';
import { type ArrivingUpload, noteArriving } from './arriving.ts';

/** An upload of an earlier visit of which a part is at the host. A page may not open the file by itself. */
export function ArrivingNote({ arriving: { fileName, bytes, totalBytes } }: { arriving: ArrivingUpload }) {
  return (
    <Notice tone="warm" title={`“${fileName}” is not uploaded whole.`}>
      <p>
        {sizeText(bytes)} of {sizeText(totalBytes)} have gone to the host. Choose the same file again, with
        the same terms: it goes on from there. The host keeps the part for a day.
      </p>
      <Button look="quiet" onClick={() => noteArriving(null)}>
        Forget it
      </Button>
    </Notice>
  );
}
