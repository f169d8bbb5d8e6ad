import type { Content } from '../../../api/answers.ts';
import { Art } from '../../../components/art.tsx';
import { Icon } from '../../../components/icon.tsx';
import { useWay } from './way.tsx';

/** What stands in the place of the player until something plays: a picture, and in it the button that begins. */
export function Picture({ content }: { content: Content }) {
  const way = useWay();
  return (
    <Art content={content}>
      {way && (
        <button type="button" className="art-label art-button line" onClick={way.press}>
          <Icon name="watch" /> {way.label}
        </button>
      )}
    </Art>
  );
}
