import { createMemoryLive } from '../../../indexer/live/memory.ts';
import { describeLiveIndex } from './suite.ts';

describeLiveIndex('memory', async () => createMemoryLive());
