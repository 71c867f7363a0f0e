# Read by scripts that compile other people's programs: source_package NAME brings a source package of
# Debian's into the working directory, without touching the system's list of sources.
source_package() {
    mkdir -p lists/partial || return 1
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        sort -u | sed 's|^|deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] |' >sources.list
    options="-qq -o Dir::Etc::SourceList=$PWD/sources.list -o Dir::Etc::SourceParts=/dev/null
        -o APT::Sandbox::User=root
        -o Dir::State::Lists=$PWD/lists -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache="
    # shellcheck disable=SC2086 # a list of words
    apt-get $options update && apt-get $options source --download-only "$1"
}
