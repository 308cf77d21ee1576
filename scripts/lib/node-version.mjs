// Imported first, before anything that an old Node could not run.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Hearback needs Node 20.19 or newer, and this is Node ${process.versions.node}. See https://nodejs.org/en/download\n`,
  );
  process.exit(1);
}
