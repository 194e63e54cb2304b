// This package's version, for the files it writes; a test holds it equal to package.json's.
export const version = "0.1.0";
