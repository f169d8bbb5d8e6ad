/** The build without subtitles, other sounds and DRM, none of which a packaged video has. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
