import { framesOf } from '../played.ts';
import { describePlayer } from './player.suite.ts';

describePlayer('ffmpeg', { play: framesOf, slack: 0 });
