/** Loaded into each process that runs tests: a rejection that nobody handles fails the test it happens in. */
process.on('unhandledRejection', (reason) => {
  throw reason;
});
