# code.awk: C source with its comments blanked, line for line, for the gates that read source.
# With -v strings=0 the text of string and character literals is blanked too.
#
# It understands what this project writes: block and line comments, escapes in literals, no
# trigraphs, no literals that continue on the next line.
FNR == 1 { inside = 0 }
!inside && !/["'\/]/ { print FILENAME ":" FNR ":" $0; next } # most lines: nothing to blank
{
    out = ""
    line = $0
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (inside) {
            if (two == "*/") { inside = 0; i++ }
        } else if (two == "/*") {
            inside = 1
            i++
            out = out " "
        } else if (two == "//") {
            break
        } else if (c == "\"" || c == "'") {
            text = c
            for (i++; i <= length(line); i++) {
                d = substr(line, i, 1)
                if (d == "\\") { text = text d substr(line, ++i, 1); continue }
                text = text d
                if (d == c) break
            }
            out = out (strings == 0 ? c c : text)
        } else {
            out = out c
        }
    }
    print FILENAME ":" FNR ":" out
}
