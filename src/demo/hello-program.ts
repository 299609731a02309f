/**
 * A Linux program of about two hundred bytes, written by hand, so that the demo image needs no compiler and no base
 * image. It writes its greeting to stdout and exits with status 0; with any argument it waits forever instead of
 * exiting, so that a container stays up and its healthcheck can be seen.
 */

/** The architectures that the program exists for, by their names in image-spec. */
export type DemoArchitecture = "amd64" | "arm64";

export const GREETING = "Hello, World!\n";

/** The program as an ELF executable for one architecture. */
export function helloProgram(architecture: DemoArchitecture): Uint8Array {
  const code = architecture === "amd64" ? amd64Code() : arm64Code();
  return executable(MACHINE[architecture], Buffer.concat([code, Buffer.from(GREETING, "ascii")]));
}

/** The greeting comes right after the code; the instructions marked `greeting` address it relative to themselves. */
function amd64Code(): Buffer {
  return Buffer.from(
    [
      "b8 01 00 00 00", //       mov  eax, 1           write(
      "bf 01 00 00 00", //       mov  edi, 1             stdout,
      "48 8d 35 20 00 00 00", // lea  rsi, [rip+32]      greeting,
      "ba 0e 00 00 00", //       mov  edx, 14            14)
      "0f 05", //                syscall
      "48 83 3c 24 01", //       cmp  qword [rsp], 1   argc > 1 ?
      "7f 09", //                jg   wait
      "b8 3c 00 00 00", //       mov  eax, 60          exit(
      "31 ff", //                xor  edi, edi           0)
      "0f 05", //                syscall
      "b8 22 00 00 00", // wait: mov  eax, 34          pause()
      "0f 05", //                syscall
      "eb f7", //                jmp  wait
    ]
      .join("")
      .replaceAll(" ", ""),
    "hex",
  );
}

function arm64Code(): Buffer {
  const instructions = [
    0xf94003e9, //       ldr  x9, [sp]         argc
    0xd2800020, //       mov  x0, #1           write(stdout,
    0x10000201, //       adr  x1, #64            greeting,
    0xd28001c2, //       mov  x2, #14            14)
    0xd2800808, //       mov  x8, #64
    0xd4000001, //       svc  #0
    0xf100053f, //       cmp  x9, #1           argc > 1 ?
    0x5400008c, //       b.gt wait
    0xd2800000, //       mov  x0, #0           exit(0)
    0xd2800ba8, //       mov  x8, #93
    0xd4000001, //       svc  #0
    0xd2800000, // wait: mov  x0, #0           ppoll(NULL, 0, NULL, NULL)
    0xd2800001, //       mov  x1, #0
    0xd2800002, //       mov  x2, #0
    0xd2800003, //       mov  x3, #0
    0xd2800928, //       mov  x8, #73
    0xd4000001, //       svc  #0
    0x17fffffa, //       b    wait
  ];
  const code = Buffer.alloc(instructions.length * 4);
  for (const [index, instruction] of instructions.entries()) code.writeUInt32LE(instruction, index * 4);
  return code;
}

/** `e_machine`. elf(5) */
const MACHINE: Readonly<Record<DemoArchitecture, number>> = { amd64: 62, arm64: 183 };

const ELF_HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const LOAD_ADDRESS = 0x400000;
/** The largest page size of the two architectures. */
const ALIGNMENT = 0x10000;

/** One segment, readable and executable, that holds the headers, the code and the greeting. elf(5) */
function executable(machine: number, code: Buffer): Uint8Array {
  const codeOffset = ELF_HEADER_SIZE + PROGRAM_HEADER_SIZE;
  const size = codeOffset + code.length;
  const headers = Buffer.alloc(codeOffset);
  headers.write("7f454c46020101", 0, "hex"); // magic, 64 bits, little-endian, version 1
  headers.writeUInt16LE(2, 16); // e_type: executable
  headers.writeUInt16LE(machine, 18);
  headers.writeUInt32LE(1, 20); // e_version
  headers.writeUInt32LE(LOAD_ADDRESS + codeOffset, 24); // e_entry, the upper half is 0
  headers.writeUInt32LE(ELF_HEADER_SIZE, 32); // e_phoff
  headers.writeUInt16LE(ELF_HEADER_SIZE, 52); // e_ehsize
  headers.writeUInt16LE(PROGRAM_HEADER_SIZE, 54); // e_phentsize
  headers.writeUInt16LE(1, 56); // e_phnum
  headers.writeUInt16LE(64, 58); // e_shentsize, of which there are none
  const segment = headers.subarray(ELF_HEADER_SIZE);
  segment.writeUInt32LE(1, 0); // p_type: PT_LOAD
  segment.writeUInt32LE(5, 4); // p_flags: read, execute
  segment.writeUInt32LE(LOAD_ADDRESS, 16); // p_vaddr
  segment.writeUInt32LE(LOAD_ADDRESS, 24); // p_paddr
  segment.writeUInt32LE(size, 32); // p_filesz
  segment.writeUInt32LE(size, 40); // p_memsz
  segment.writeUInt32LE(ALIGNMENT, 48); // p_align
  return new Uint8Array(Buffer.concat([headers, code]));
}
