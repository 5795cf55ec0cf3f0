//! mip
