import { printable } from 'lanewise';

/** A file in a sentence, whatever the script of its name. */
export const FileName = ({ of }: { of: string }) => <bdi>{printable(of)}</bdi>;
