export {
  type Captions,
  type CaptionsTrack,
  isLabel,
  isLanguage,
  MAX_CAPTIONS,
} from '../../packager/captions/captions.ts';
export { CaptionsRefused, MAX_CAPTIONS_BYTES, webVttIn } from '../../packager/captions/webvtt.ts';
