// VBA projects: the source of macros ([MS-OVBA]), wherever a compound file keeps it.
//
// Office Open XML keeps it in vbaProject.bin, Word under "Macros", Excel under "_VBA_PROJECT_CUR", PowerPoint in a
// packed record of its document stream. All are a storage with a "dir" stream that lists the modules; when it is
// damaged or leaves modules out, streams are searched for packed source.
#pragma once

#include "extractors/ole/compound_file.h"
#include "extractors/ole/reading.h"

namespace postern::extract::vba {

inline constexpr size_t kMostSourceBytes = 32 << 20;  // of all modules of a file; real projects stay below 5 MiB
inline constexpr size_t kMostModules = 4096;

// Gives the source of every module, the project's own text and the strings of its forms (`macro`, `form-field`), and
// notes the fact `macros` when there is a project. False when the file holds none.
bool read_projects(ole::CompoundFile& file, ole::Reading& reading);

}  // namespace postern::extract::vba
