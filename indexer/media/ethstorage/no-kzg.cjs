// Stands in for the native part of rust-kzg-node where that has no binary: see sdk.ts.
exports.KzgWrapper = {
  loadKzg() {
    throw new Error(`rust-kzg-node has no binary for ${process.platform} ${process.arch}`);
  },
};
