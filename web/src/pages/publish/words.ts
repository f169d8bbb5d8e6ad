/** What is read while a video is published. */
export const PUBLISH_WORDS = {
  working: 'Uploading …',
  wallet: 'Confirm in your wallet.',
  pending: 'Sent. Waiting for the block that holds it …',
  done: 'Published.',
};
