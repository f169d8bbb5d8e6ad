import { describeTourCalls } from './api-tour-calls.ts';

describeTourCalls('everything embedded', () => ({}));
