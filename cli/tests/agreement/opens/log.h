/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Appends the line "WHAT VALUEMORE" to the file OPENS_LOG. */
void note(const char *what, const char *value, const char *more);
