import { Button } from '../../components/form/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { sizeText } from '../progress.ts';
import { type ArrivingUpload, noteArriving } from './arriving.ts';

/** An upload of an earlier visit of which a part is at the host. A page may not open the file by itself. */
export function ArrivingNote({ arriving }: { arriving: ArrivingUpload }) {
  const { fileName, bytes, totalBytes, captions = 0 } = arriving;
  const beside = captions > 0 ? ` and its ${captions === 1 ? 'captions' : `${captions} captions`}` : '';
  return (
    <Notice tone="warm" title={`“${fileName}” is not uploaded whole.`}>
      <p>
        {sizeText(bytes)} of {sizeText(totalBytes)} have gone to the host. Choose the same file{beside} again,
        with the same terms: it goes on from there. The host keeps the part for a day.
      </p>
      <Button look="quiet" onClick={() => noteArriving(null)}>
        Forget it
      </Button>
    </Notice>
  );
}
