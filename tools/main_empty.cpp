// The program of a link test: it does nothing, so that only the archive it is linked with can ask for symbols.
int main() {}
