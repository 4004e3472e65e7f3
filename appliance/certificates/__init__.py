"""The certificate the screens are served with over https: asked for, judged, kept on the box."""
