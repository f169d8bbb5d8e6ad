/** What is read once a video is published. */
export const PUBLISH_LABELS = { done: 'Published.' };
