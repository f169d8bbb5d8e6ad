import { describeReadmeCalls } from './readme-calls.ts';

describeReadmeCalls('everything embedded', () => ({}));
