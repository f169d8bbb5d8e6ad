/** What is looked at names itself by this attribute, so that one comes back to it. */
const PLACE = 'data-place';
/** Pictures and cards that were out of sight get their heights as they come into view. */
const FRAMES = 4;

interface Left {
  y: number;
  /** The first thing in sight, and how far below the window's edge it stood. */
  place: string | null;
  top: number;
}

/** Notes in the browser's history what is in sight, before one goes elsewhere. */
export function leavePlace(): void {
  const inSight = [...document.querySelectorAll(`[${PLACE}]`)].find(
    (each) => each.getBoundingClientRect().bottom > 0,
  );
  const left: Left = {
    y: scrollY,
    place: inSight?.getAttribute(PLACE) ?? null,
    top: inSight?.getBoundingClientRect().top ?? 0,
  };
  history.replaceState({ left }, '');
  // The page does it itself: the browser would before the list stands.
  history.scrollRestoration = 'manual';
}

/** Brings back in sight what was, once it stands there again. */
export function returnToPlace(frames = FRAMES): void {
  const left = (history.state as { left?: Left } | null)?.left;
  if (!left || frames === 0) return;
  const place = left.place === null ? null : document.querySelector(`[${PLACE}="${CSS.escape(left.place)}"]`);
  scrollTo(0, place ? scrollY + place.getBoundingClientRect().top - left.top : left.y);
  requestAnimationFrame(() => returnToPlace(frames - 1));
}
