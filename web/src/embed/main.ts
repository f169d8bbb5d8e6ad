import './embed.css';
import { showPhases } from './phases.ts';

// A page of other sites has this one in a frame. It plays what is free, and knows of no wallet: what costs money is on the
// full page, in a tab of its own. The host has written all that stands in it.
const main = document.getElementById('embed');
const video = main?.querySelector('video');
if (main && video) {
  showPhases(main, video, async (element, events) => {
    // Nobody who only reads the page around it loads a player.
    const { playFree } = await import('./play-free.ts');
    return await playFree(element, main.dataset, events);
  });
}
